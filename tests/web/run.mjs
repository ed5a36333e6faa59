// Runs the page's tests: `node tests/web/run.mjs unit browser` from the
// project's root. Each file is bundled as the page is, then node's own test
// runner runs it, some at a time: most of a file's time is waiting. Ends with a
// line that says how many passed and failed.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { build } from '../../web/node_modules/esbuild/lib/main.js';
import { bundleOptions } from '../../web/bundle.mjs';

const out = 'build/tests/web';
const AT_ONCE = 2; // browsers, beside their servers
const only = process.env.ONLY ?? ''; // part of a file's name

// Bundles a kind's tests; returns the files made.
async function bundle(kind) {
	const dir = `tests/web/${kind}`;
	const names = readdirSync(dir).filter((f) => f.endsWith('.test.ts') && f.includes(only)).sort();
	await build({
		...bundleOptions,
		platform: 'node',
		target: 'node18',
		entryPoints: names.map((n) => `${dir}/${n}`),
		outdir: `${out}/${kind}`,
		outExtension: { '.js': '.mjs' },
		sourcemap: 'inline',
		// What a bundled CommonJS package may require, and what Node 18 keeps in a module.
		banner: { js: "import { createRequire as _r } from 'node:module'; import { webcrypto as _c } from 'node:crypto';"
			+ ' const require = _r(import.meta.url); globalThis.crypto ??= _c;' },
	});
	return names.map((n) => `${out}/${kind}/${n.replace(/\.ts$/, '.mjs')}`);
}

// Runs a file; shows what fails, and counts.
function run(file) {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, ['--enable-source-maps', '--test', '--test-reporter=tap', file], { stdio: ['ignore', 'pipe', 'inherit'] });
		let text = '';
		child.stdout.on('data', (d) => { text += d; });
		child.on('close', () => {
			const count = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
			const failed = count('fail') + count('cancelled');
			if (failed || !count('pass')) console.log(text);
			else console.log(`  ok      ${file} (${count('pass')})`);
			resolve({ passed: count('pass'), failed: failed || (count('pass') ? 0 : 1) });
		});
	});
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
let passed = 0;
let failed = 0;
for (const kind of process.argv.slice(2)) {
	const files = await bundle(kind);
	const worker = async () => {
		for (let file; (file = files.shift()); ) {
			const result = await run(file);
			passed += result.passed;
			failed += result.failed;
		}
	};
	await Promise.all(Array.from({ length: Math.min(AT_ONCE, cpus().length) }, worker));
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
