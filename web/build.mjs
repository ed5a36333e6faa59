// Bundles the page into the folder given: index.html, hashed files under
// assets/, each with a .gz and .br beside it. Fails when the JavaScript that
// the first screen needs is over its budget.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { bundleOptions } from './bundle.mjs';

const BUDGET = 60 * 1024; // bytes of gzipped JavaScript

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? 'build/web';

function save(name, data) {
	const bytes = Buffer.from(data);
	writeFileSync(join(out, name), bytes);
	const gz = gzipSync(bytes, { level: 9 });
	writeFileSync(join(out, name + '.gz'), gz);
	writeFileSync(join(out, name + '.br'), brotliCompressSync(bytes, {
		params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
	}));
	return gz.length;
}

// What index.html loads by itself: the entry and what it imports statically.
function initialFiles(outputs, entry) {
	const seen = new Set();
	const visit = (name) => {
		if (seen.has(name)) return;
		seen.add(name);
		for (const i of outputs[name]?.imports ?? [])
			if (i.kind === 'import-statement') visit(i.path);
	};
	visit(entry);
	return [...seen].filter((f) => f.endsWith('.js'));
}

// The static files, under a name that changes with their content.
function saveStatics() {
	const names = {};
	for (const file of readdirSync(join(here, 'static')).sort()) {
		let data = readFileSync(join(here, 'static', file));
		if (extname(file) === '.webmanifest')
			data = data.toString().replace('%favicon.svg%', names['favicon.svg']);
		const hash = createHash('sha256').update(data).digest('hex').slice(0, 8).toUpperCase();
		const ext = extname(file);
		names[file] = `/assets/${basename(file, ext)}-${hash}${ext}`;
		save(names[file].slice(1), data);
	}
	return names;
}

const result = await build({
	...bundleOptions,
	entryPoints: [join(here, 'src/main.tsx')],
	outdir: join(out, 'assets'),
	entryNames: '[name]-[hash]',
	chunkNames: '[name]-[hash]',
	splitting: true,
	minify: true,
	write: false,
	metafile: true,
	legalComments: 'none',
});

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'assets'), { recursive: true });

const sizes = new Map();
for (const file of result.outputFiles) {
	const name = basename(file.path);
	sizes.set(name, save(join('assets', name), file.contents));
}

const outputs = result.metafile.outputs;
const entry = Object.keys(outputs).find((o) => outputs[o].entryPoint?.endsWith('src/main.tsx'));
const css = outputs[entry].cssBundle;
const initial = initialFiles(outputs, entry).map((f) => basename(f));
const total = initial.reduce((sum, f) => sum + sizes.get(f), 0);

const statics = saveStatics();
const preloads = initial.filter((f) => f !== basename(entry))
	.map((f) => `<link rel="modulepreload" href="/assets/${f}">`);
let html = readFileSync(join(here, 'index.html'), 'utf8')
	.replace('%STYLE%', `/assets/${basename(css)}`)
	.replace('%SCRIPT%', `/assets/${basename(entry)}`)
	.replace('%PRELOADS%', preloads.join(''));
for (const [file, url] of Object.entries(statics)) html = html.replaceAll(`%${file}%`, url);
save('index.html', html);

const kb = (n) => (n / 1024).toFixed(1) + ' KB';
console.log(`  page: ${kb(total)} of JavaScript and ${kb(sizes.get(basename(css)))} of CSS, gzipped`);
if (total > BUDGET) {
	rmSync(join(out, 'index.html'), { force: true });
	console.error(`the page's initial JavaScript is ${kb(total)} gzipped; the budget is ${kb(BUDGET)}`);
	process.exit(1);
}
