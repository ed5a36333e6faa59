// The real server, in a folder of its own, for a test.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MS = 10000;

export class Server {
	url = '';
	log = '';
	private child: ChildProcess | null = null;
	private readonly data = mkdtempSync(join(tmpdir(), 'appchat-web-'));
	private listen = '127.0.0.1:0';

	constructor(private readonly flags: string[] = []) {}

	// Starts it; the second time on the port of the first.
	async start(): Promise<this> {
		const program = process.env['APPCHAT_SERVER'] ?? 'build/appchat-server';
		const child = spawn(program, ['--listen', this.listen, '--data', this.data, '--web', 'build/web',
			'--message-rate', '1000', '--message-burst', '1000', ...this.flags], { stdio: ['ignore', 'ignore', 'pipe'] });
		this.child = child;
		this.url = await new Promise<string>((resolve, reject) => {
			const timer = setTimeout(() => {
				child.kill('SIGKILL');
				reject(new Error(`the server did not start:\n${this.log}`));
			}, START_MS);
			child.stderr!.on('data', (d) => {
				this.log += d;
				const url = /listening on (http:\/\/\S+)/.exec(String(d))?.[1];
				if (url) {
					clearTimeout(timer);
					resolve(url);
				}
			});
			child.on('exit', (code) => {
				clearTimeout(timer);
				reject(new Error(`the server ended with ${code}:\n${this.log}`));
			});
		});
		this.listen = new URL(this.url).host;
		return this;
	}

	// Freezes it (SIGSTOP) or lets it go on (SIGCONT).
	signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
		this.child!.kill(signal);
	}

	async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
		const child = this.child;
		this.child = null;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise((resolve) => child.on('exit', resolve));
		child.kill(signal);
		await ended;
	}

	async remove(): Promise<void> {
		await this.stop('SIGKILL');
		rmSync(this.data, { recursive: true, force: true });
	}
}
