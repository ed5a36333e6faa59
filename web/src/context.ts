// What every component stands on: the client and the screen's state.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from './client';
import type { Context } from './commands';
import { useStore } from './store';
import type { Ui } from './ui';

const AppContext = createContext<Context | null>(null);

export const AppProvider = AppContext.Provider;

export function useApp(): Context {
	return useContext(AppContext)!;
}

export function useClient<T>(select: (client: Client) => T): T {
	return useStore(useApp().client, select);
}

export function useUi<T>(select: (ui: Ui) => T): T {
	return useStore(useApp().ui, select);
}
