/**
 * `npm run build`: one file for the plugin; for the diagnostic what is started, what that runs, and its help; into dist/cli. And
 * the manual page.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** As deep below the package as the sources are, because they find its other files from where they stand. */
const DIRECTORY = 'dist/cli';

/** What is started for the diagnostic loads these at run time. */
const shareParts: Plugin = {
  name: 'share-parts',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/(main|quick)\.ts$/ }, ({ path }) => ({
      path: path.replace('.ts', '.js'),
      external: true,
    })),
};

/** Help has nothing to load: no action is taken. */
const leaveActions: Plugin = {
  name: 'leave-actions',
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ kind }) =>
      kind === 'dynamic-import' ? { external: true } : undefined,
    ),
};

const OPTIONS = {
  bundle: true,
  format: 'esm',
  logLevel: 'warning',
  metafile: true,
  outdir: DIRECTORY,
  platform: 'node',
  target: 'node18.20',
  write: false,
  // Packages of the older kind ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;

const builds = await Promise.all([
  build({
    ...OPTIONS,
    banner: {},
    entryPoints: ['src/cli/diagnostic-main.ts'],
    plugins: [shareParts],
  }),
  build({ ...OPTIONS, entryPoints: ['src/cli/quick.ts'], plugins: [leaveActions] }),
  build({ ...OPTIONS, entryPoints: ['src/cli/main.ts', 'src/cli/plugin-main.ts'] }),
]);
mkdirSync(DIRECTORY, { recursive: true });
for (const { path, text } of builds.flatMap(({ outputFiles }) => outputFiles))
  writeFileSync(path, toAscii(text));
const inputs = builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const { renderOwnManPage } = await import('../src/cli/man/own-page.ts');
mkdirSync('dist/man', { recursive: true });
writeFileSync('dist/man/ebpf-processes.1', renderOwnManPage());
writeFileSync('dist/licenses.txt', collectLicenses(inputs));

/** Nothing but comments holds other characters, and for one of them V8 keeps the whole text in two bytes a character. */
function toAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, '?');
}

/** The licences of the packages whose files became part of ours. */
function collectLicenses(files: readonly string[]): string {
  const directories = files.flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
  const texts = [...new Set(directories)].sort().map((directory) => {
    const { name, version, license } = JSON.parse(
      readFileSync(`${directory}/package.json`, 'utf8'),
    );
    const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : readFileSync(`${directory}/${file}`, 'utf8');
    return `${name} ${version}: ${license}\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
