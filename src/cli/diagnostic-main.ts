/** Words that ask for help or the version, if they are no value of an option. */
const QUICK = ['-h', '--help', '--help-all', 'help', '-V', '--version'];

const argv = process.argv.slice(2);
let exitCode: number | undefined;
if (argv.some((word) => QUICK.includes(word))) {
  const { quick } = await import('./quick.ts');
  exitCode = await quick(argv, process);
}
if (exitCode === undefined) {
  const { main } = await import('./main.ts');
  exitCode = await main(argv, process);
}
process.exitCode = exitCode;
