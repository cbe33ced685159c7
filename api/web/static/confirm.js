// Asks before a form does what cannot be undone. It stands before the page, so no key is faster than it.
addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
}, { capture: true });
