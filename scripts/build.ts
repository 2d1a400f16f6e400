/** `npm run build`: one file for each program to start, one for what they run, and one for help, into dist/cli; the manual page. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** As deep below the package as the sources are, because they find its other files from where they stand. */
const DIRECTORY = 'dist/cli';

/** The files that are started load these at run time. */
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
  target: 'node20.19',
  // Packages of the older kind ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;

await build({
  ...OPTIONS,
  banner: {},
  entryPoints: ['src/cli/diagnostic-main.ts', 'src/cli/plugin-main.ts'],
  plugins: [shareParts],
});
await build({ ...OPTIONS, entryPoints: ['src/cli/quick.ts'], plugins: [leaveActions] });
const { metafile } = await build({ ...OPTIONS, entryPoints: ['src/cli/main.ts'] });
const { renderOwnManPage } = await import('../src/cli/man/own-page.ts');
mkdirSync('dist/man', { recursive: true });
writeFileSync('dist/man/ebpf-processes.1', renderOwnManPage());
writeFileSync('dist/licenses.txt', collectLicenses(Object.keys(metafile.inputs)));

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
