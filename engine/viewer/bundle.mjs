// Makes the viewer one file: usage: node bundle.mjs PAGE [PACKAGES]; PACKAGES is the folder with node_modules (that of this script when left out).
// The same bytes for the same sources. It fails where software in the page has no licence text.
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const page = resolve(process.argv[2] ?? join(here, 'dcmflow-viewer.html'));
const packages = resolve(process.argv[3] ?? here, 'node_modules');
const report = resolve(here, '../../stages/catalog/page');
const esbuild = createRequire(join(packages, 'any.js'))('esbuild');

// The report's script is one scope without modules; here what it shares is imported.
const shared_elements = {
  name: 'elements of the report',
  setup(build) {
    build.onResolve({filter: /^page\/elements\.js$/}, () => ({path: join(report, 'elements.js'), namespace: 'report'}));
    build.onLoad({filter: /.*/, namespace: 'report'}, ({path}) => ({contents: `${readFileSync(path, 'utf8')}\nexport {find, grouped, make, rounded};\n`}));
  },
};

async function script() {
  const made = await esbuild.build({
    entryPoints: [join(here, 'viewer.js')], bundle: true, minify: true, format: 'iife', target: 'es2022', charset: 'utf8', legalComments: 'none', metafile: true, write: false,
    absWorkingDir: dirname(packages), nodePaths: [packages], alias: {zarrita: join(here, 'no_zarr.js')}, plugins: [shared_elements], logLevel: 'error',
  });
  const text = made.outputFiles[0].text.trimEnd();
  // What HTML would read otherwise than the hash says, or as the end of the script.
  if (/<\/script|<!--|\r|\0/i.test(text)) throw new Error('the script holds what ends or changes it within HTML');
  const sources = Object.values(made.metafile.outputs).flatMap((output) => Object.entries(output.inputs).filter(([, {bytesInOutput}]) => bytesInOutput > 0));
  const names = sources.map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean);
  return {text, names: [...new Set(names)].sort()};
}

function licence_of(name) {
  const folder = join(packages, name);
  const version = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  const own = readdirSync(folder).find((file) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(file));
  const kept = join(here, 'licenses', `${name.replace('/', '_')}.txt`);
  if (!own && !existsSync(kept)) throw new Error(`${name} has no licence text: put it into ${relative(process.cwd(), kept)}`);
  return [`${name} ${version}`, readFileSync(own ? join(folder, own) : kept, 'utf8')];
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`).replace(/\r\n?/g, '\n');
}

function hash(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const {text, names} = await script();
const licences = [...names.map(licence_of), ['Roboto', readFileSync(join(here, 'licenses/roboto.txt'), 'utf8')]]
  .map(([title, words]) => `<h2>${escaped(title)}</h2>\n<pre>${escaped(words.trim())}</pre>`).join('\n');
const style = `${readFileSync(join(report, 'theme.css'), 'utf8')}${readFileSync(join(here, 'viewer.css'), 'utf8')}`;
const policy = `default-src 'none'; script-src ${hash(text)}; style-src ${hash(style)}; img-src data: blob:; connect-src 'self' data: blob:; base-uri 'none'; form-action 'none'`;
const parts = {POLICY: policy, STYLE: style, LICENCES: licences, SCRIPT: text};
writeFileSync(page, readFileSync(join(here, 'viewer.html'), 'utf8').replace(/\{\{([A-Z]+)\}\}/g, (_, name) => parts[name]));
console.log(`${page}: ${names.join(', ')}`);
