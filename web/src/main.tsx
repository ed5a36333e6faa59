// Starts the page: one client, one screen.
import { render } from 'preact';
import { Client } from './client';
import { AppProvider } from './context';
import { App } from './ui/App';
import './style.css';
import { Ui } from './ui';
import { followViewport } from './viewport';

const VERSION = '0.1.0';

// "Firefox on Linux": how this session is called in the list of sessions.
function browserName(): string {
	const agent = navigator.userAgent;
	const browser = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((b) => agent.includes(b)) ?? 'browser';
	const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac', 'Linux'].find((s) => agent.includes(s));
	const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser;
	return system ? `${name} on ${system}` : name;
}

const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
const client = new Client(url, `web ${VERSION}, ${browserName()}`);
const app = { client, ui: new Ui() };
client.start();
followViewport();
render(<AppProvider value={app}><App /></AppProvider>, document.getElementById('app')!);
