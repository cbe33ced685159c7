// What is typed into a form stays in this browser until a page shows that it is saved, or it is given up.
const SENT = "bekal-sent";
const KEPT = "bekal-kept-";
const OF_AN_ACCOUNT = /^bekal-kept-[0-9a-f]{32}-/;
const PHONE = /^phones\.(\d+)\.(.+)$/;
const IN_A_PHONE = /^(number|label|hours)/; // without one of these the desk keeps no number

for (const key of Object.keys(localStorage)) { // earlier versions did not say whose it was
  if (key.startsWith(KEPT) && !OF_AN_ACCOUNT.test(key)) localStorage.removeItem(key);
}

/** The place in this browser where what one person types into one form is kept: others may use the same browser. */
export function storeOf(name) {
  const key = `${KEPT}${document.body.dataset.account}-${name}`;
  return {
    read: () => JSON.parse(localStorage.getItem(key)),
    write: (kept) => localStorage.setItem(key, JSON.stringify(kept)),
    forget: () => localStorage.removeItem(key),
  };
}

/** The fields of a form that a person may fill in. */
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.matches(
  "select:enabled, textarea:enabled:not([readonly]), input:enabled:not([readonly], [type=hidden], [type=file], [type=password])"));

/** What a form holds: the values of its fields, by name. */
export function valuesOf(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    const isChoice = field.matches("[type=checkbox], [type=radio]");
    const held = field.options ? [...field.selectedOptions].map(({ value }) => value) : [field.value];
    (values[field.name] ??= []).push(...(isChoice && !field.checked ? [] : held));
    if (isChoice || field.options) values[field.name].sort(); // a page puts first what is chosen
  }
  return values;
}

/** What a form held when its page came, even where the browser has put back what was typed. */
export function cameWith(form) {
  const copy = form.cloneNode(true);
  copy.reset();
  return valuesOf(copy);
}

/** Put kept values into a form; a contact's gets a block for each kept number. */
export function putBack(form, values) {
  const numbers = Object.keys(values).map((name) => Number(PHONE.exec(name)?.[1] ?? -1));
  while (form.querySelectorAll("[data-phone]").length <= Math.max(...numbers)) addPhone(form);
  for (const [name, held] of Object.entries(values)) {
    const rest = [...held];
    for (const field of fieldsOf(form).filter((one) => one.name === name)) {
      if (field.options) for (const option of field.options) option.selected = held.includes(option.value);
      else if (field.matches("[type=checkbox], [type=radio]")) field.checked = held.includes(field.value);
      else field.value = rest.shift() ?? "";
    }
  }
}

/** Tell whether a page holds what is kept: ends are trimmed, and numbers left empty or taken away count for nothing. */
export function saysSame(kept, shown, told = (text) => text.trim()) {
  const written = (values) => {
    const fields = {}, phones = {};
    for (const name of Object.keys(kept)) {
      const [, number, part] = PHONE.exec(name) ?? [], texts = (values[name] ?? []).map(told).filter(Boolean);
      if (part) (phones[number] ??= {})[part] = texts.join();
      else fields[name] = texts;
    }
    const numbers = Object.values(phones).filter((phone) => !phone.remove && Object.keys(phone).some((part) => IN_A_PHONE.test(part) && phone[part]));
    return JSON.stringify([fields, numbers.map(({ remove, ...phone }) => phone)]);
  };
  return written(kept) === written(shown);
}

/** The desk writes some values in its own way, +62 811 as +62811, id as ID: what they come to, to know them again. */
const loosely = (text) => text.toLowerCase().replace(/[\s.-]/g, "");

/** Give a page that answers a form its own address, to which signing in or loading again can lead. */
export function standAt(address) {
  if (location.pathname !== address) history.replaceState(null, "", address);
}

/** Add a block for one more number to a contact's form, from the template in it. */
export function addPhone(form) {
  const block = form.querySelector("[data-new-phone]").content.firstElementChild.cloneNode(true);
  const number = form.querySelectorAll("[data-phone]").length, count = form.elements.phone_count;
  for (const element of block.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) element.setAttribute(name, value.replace("__n__", number));
  }
  form.querySelector("[data-add-phone]").before(block);
  count.value = Math.max(Number(count.value), number + 1);
  return block;
}

// A form for something new has nothing that somebody else could have changed meanwhile.
const seenIn = (form) => form.querySelector("[name=base], [name=seen]") ?? { value: "" };

/** Forget what is kept of a form if its page shows it saved. */
function forgetSaved(form) {
  const store = storeOf(form.dataset.kept), kept = store.read();
  if (kept && saysSame(kept.values, cameWith(form), kept.seen === seenIn(form).value ? undefined : loosely)) store.forget();
}

/** Any longer form: what is typed stays in this browser until its page shows it saved, or it is given up. */
export function keepAny(form) {
  const store = storeOf(form.dataset.kept), [address] = form.dataset.kept.split("#");
  const note = () => store.write({ seen: seenIn(form).value, values: valuesOf(form) });
  standAt(address);
  forgetSaved(form);
  if ("typed" in form.dataset) note(); // the answer to what was not saved: it shows what was typed
  else if (store.read()) restore(form, store);
  form.addEventListener("input", note);
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, form.dataset.kept));
}

/** Put back what is kept of a form, say so, and let it be given up. */
function restore(form, store) {
  const { seen, values } = store.read(), notice = form.querySelector("[data-unsaved]");
  const sentence = notice.querySelector("p"), button = notice.querySelector("button");
  putBack(form, values);
  notice.hidden = false;
  sentence.textContent = seen === seenIn(form).value ? sentence.dataset.restored : sentence.dataset.restoredOther;
  seenIn(form).value = seen; // so that the desk compares the two before it writes over what was not seen
  button.addEventListener("click", () => {
    if (!confirm(button.dataset.ask)) return;
    store.forget();
    location.assign(location.pathname);
  });
}

/** Where saving a form has led elsewhere: look at the form's own page whether it is saved. */
export async function lookAfterSent() {
  const name = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const find = (page) => page.querySelector(`form[data-kept="${CSS.escape(name)}"]`);
  if (!name || find(document)) return;
  const told = await fetch(name.split("#")[0]).then((answer) => answer.text()).catch(() => "");
  const form = find(new DOMParser().parseFromString(told, "text/html"));
  if (form?.dataset.new) forgetAdded(form);
  else if (form) forgetSaved(form);
}

/** Forget what is kept of a form for something new where it stands on the page to which sending it led. */
function forgetAdded(form) {
  const store = storeOf(form.dataset.kept), values = store.read()?.values ?? {};
  const [address, id] = form.dataset.new.replace(/\{(\w+)\}/, (_, name) => values[name]?.[0] ?? "").split("#");
  if (location.pathname === address && (!id || document.getElementById(id))) store.forget();
}
