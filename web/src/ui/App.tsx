// The whole page: the first screen, or the chat with the dialog that is open.
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useApp, useClient, useUi } from '../context';
import { handleKey } from '../keys';
import { cleanLine } from '../sanitize';
import { AccountDialog } from './AccountDialog';
import { Announcer } from './Announcer';
import { Composer } from './Composer';
import { OfflineBanner } from './Connection';
import { Header } from './Header';
import { HelpDialog } from './HelpDialog';
import { Members } from './Members';
import { MessageList } from './MessageList';
import { Notes } from './Notes';
import { RegisterDialog } from './RegisterDialog';
import { RoomsDialog } from './RoomsDialog';
import { SessionsDialog } from './SessionsDialog';
import { Sidebar } from './Sidebar';
import { TopicDialog } from './TopicDialog';
import { Welcome } from './Welcome';

export function App(): JSX.Element {
	const app = useApp();
	const [who, user] = useClient((c) => [c.who, c.user?.id] as const);
	useTitle();
	useEffect(() => {
		const keyDown = (e: KeyboardEvent) => handleKey(app, e);
		addEventListener('keydown', keyDown);
		return () => removeEventListener('keydown', keyDown);
	}, [app]);
	return who === 'nobody' ? <Welcome /> : <Chat key={user} />;
}

function Chat(): JSX.Element {
	const { ui, client } = useApp();
	const room = useClient((c) => c.room);
	const [drawer, members] = useUi((u) => [u.drawer, u.members] as const);
	useEffect(() => () => ui.open(null), []); // the next person opened nothing
	useEffect(() => {
		if (drawer) document.querySelector<HTMLElement>(`.${drawer === 'rooms' ? 'sidebar' : 'members'} button`)?.focus();
	}, [drawer]);
	return (
		<div class={`chat${members ? '' : ' no-members'}${drawer ? ` drawer-${drawer}` : ''}`}>
			<Sidebar />
			<main class="room-view" inert={drawer !== null}>
				{room ? <>
					<Header room={room} />
					<MessageList key={`list ${room.id} ${room.epoch}`} room={room} />
					<OfflineBanner />
					<Notes />
					<Composer key={`composer ${room.id}`} room={room} />
				</> : <Empty />}
			</main>
			{room && (members || drawer === 'members') && <Members key={room.id} room={room} />}
			{drawer && <button type="button" class="shade" aria-label="Close" tabIndex={-1} onClick={() => ui.showDrawer(null)} />}
			<Announcer />
			{client.user && <OpenDialog />}
		</div>
	);
}

function Empty(): JSX.Element {
	const { ui } = useApp();
	const who = useClient((c) => c.who);
	return (
		<div class="no-room">
			{who === 'unknown' ? <span class="loading">Connecting…</span>
				: <button type="button" class="primary" onClick={() => ui.open('rooms')}>Find a room</button>}
			<OfflineBanner />
		</div>
	);
}

function OpenDialog(): JSX.Element | null {
	const dialog = useUi((u) => u.dialog);
	const room = useClient((c) => c.room);
	switch (dialog) {
		case 'rooms': return <RoomsDialog />;
		case 'account': return <AccountDialog />;
		case 'register': return <RegisterDialog />;
		case 'sessions': return <SessionsDialog />;
		case 'help': return <HelpDialog />;
		case 'topic': return room ? <TopicDialog room={room} /> : null;
		case null: return null;
	}
}

// The title tells what is unread, for a tab one is not looking at.
function useTitle(): void {
	const title = useClient((c) => {
		const unread = c.sync.rooms.reduce((sum, r) => sum + r.unread, 0);
		const room = c.room ? `#${cleanLine(c.room.name)} · ` : '';
		return `${unread ? `(${unread}) ` : ''}${room}Appchat`;
	});
	useEffect(() => { document.title = title; }, [title]);
}
