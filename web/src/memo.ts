// A component that renders again only when one of its properties is another.
import { Component, h, type ComponentChild, type FunctionComponent } from 'preact';

export function memo<P extends object>(inner: FunctionComponent<P>): new (props: P) => Component<P> {
	return class Memo extends Component<P> {
		override shouldComponentUpdate(next: Readonly<P>): boolean {
			const now = this.props as Readonly<P>;
			return (Object.keys(next) as (keyof P)[]).some((k) => !Object.is(next[k], now[k]));
		}

		override render(): ComponentChild {
			return h(inner as FunctionComponent<object>, this.props as P);
		}
	};
}
