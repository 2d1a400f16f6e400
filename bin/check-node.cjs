'use strict';
// Loaded by `node -r` before either program, in words that every Node.js can read: an older one fails to parse the program.

/** Lowest version that will do, as in `18.20`. */
var needed = require('../package.json').engines.node.replace('>=', '');

/** `20.1.2` is at least `18.20`. */
function isNewEnough(version, lowest) {
  var have = version.split('.').map(Number);
  var want = lowest.split('.').map(Number);
  return have[0] > want[0] || (have[0] === want[0] && have[1] >= want[1]);
}

if (!isNewEnough(process.versions.node, needed)) {
  var isPlugin = /plugin-main\.js$/.test(process.argv[1]);
  process.stderr.write(
    'error: ' + (isPlugin ? 'ebpf-processes.plugin' : 'ebpf-processes') + ' needs Node.js ' + needed +
      ' or later, ' + process.execPath + ' is ' + process.versions.node + '\n' +
      'hint: install one from https://nodejs.org; in a clone, sudo scripts/once brings its own\n'
  );
  // Netdata would start the plugin again and again.
  if (isPlugin) process.stdout.write('DISABLE\n');
  process.exit(1);
}

module.exports = { isNewEnough: isNewEnough };
