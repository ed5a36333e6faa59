// Runs one request at a time for a form: busy while it runs, and the sentence
// that says why it failed.
import { useState } from 'preact/hooks';
import { cleanLine } from '../sanitize';

export interface Task {
	busy: boolean;
	problem: string;
	run(work: () => Promise<void>): Promise<boolean>;
	clear(): void;
}

export function useTask(): Task {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState('');
	const run = async (work: () => Promise<void>): Promise<boolean> => {
		setBusy(true);
		setProblem('');
		try {
			await work();
			return true;
		} catch (e) {
			setProblem(cleanLine((e as Error).message) || 'That did not work.');
			return false;
		} finally {
			setBusy(false);
		}
	};
	return { busy, problem, run, clear: () => setProblem('') };
}
