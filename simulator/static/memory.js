// What this browser remembers: for the next visit, or, as a tab's own, until the tab is closed.

function read(storage, key, otherwise) {
  try {
    return JSON.parse(window[storage].getItem(`bekal.${key}`)) ?? otherwise;
  } catch { // a browser that keeps nothing
    return otherwise;
  }
}

function write(storage, key, value) {
  try {
    if (value === null) window[storage].removeItem(`bekal.${key}`);
    else window[storage].setItem(`bekal.${key}`, JSON.stringify(value));
  } catch { /* a private window: it is forgotten, and nothing else happens */ }
}

export const recall = (key, otherwise) => read("localStorage", key, otherwise);
export const remember = (key, value) => write("localStorage", key, value);

/** Read what this tab remembers, over a reload. */
export const recallHere = (key, otherwise) => read("sessionStorage", key, otherwise);

/** Let this tab remember a value; null forgets it. */
export const rememberHere = (key, value) => write("sessionStorage", key, value);
