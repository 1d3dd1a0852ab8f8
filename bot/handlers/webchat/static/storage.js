// What survives a reload of the tab. One tab can hold several conversations, each below a path of its own, which must not
// read each other's values.

const keyHere = (key) => `${key} ${location.pathname}`;

export const store = {
  get(key) { try { return sessionStorage.getItem(keyHere(key)); } catch { return null; } },
  set(key, value) { try { sessionStorage.setItem(keyHere(key), value); } catch { /* without storage a reload loses it */ } },
};
