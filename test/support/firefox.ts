/** Without what nobody looks at: pictures of a spinner, the next tab, and processes for pages that nobody opens. */
export const FIREFOX_PREFERENCES = {
  'browser.newtab.preload': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'layout.frame_rate': 20,
  'ui.prefersReducedMotion': 1,
};
