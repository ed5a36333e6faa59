// How the page's modules become one: shared by the build and the tests.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

export const bundleOptions = {
	bundle: true,
	format: 'esm',
	target: 'es2020',
	charset: 'utf8',
	jsx: 'automatic',
	jsxImportSource: 'preact',
	logLevel: 'warning',
	nodePaths: [join(here, 'node_modules')],
	alias: {
		gen: join(here, '../build/gen/web'),
		web: join(here, 'src'),
		// 64-bit numbers stay below 2^53 (appchat.proto), so no Long is needed.
		long: join(here, 'src/nolong.cjs'),
	},
};
