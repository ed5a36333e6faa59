// Keeps the page as high as what the keyboard of a phone leaves of the screen,
// where the browser does not do so by itself (Safari).

const KEYBOARD_PX = 80; // less than this is no keyboard

export function followViewport(): void {
	const view = window.visualViewport;
	if (!view) return;
	const style = document.documentElement.style;
	const fit = () => {
		const covered = innerHeight - view.height * view.scale > KEYBOARD_PX;
		style.setProperty('--height', covered ? `${view.height}px` : '');
		if (covered) scrollTo(0, 0);
	};
	view.addEventListener('resize', fit);
	view.addEventListener('scroll', fit);
}
