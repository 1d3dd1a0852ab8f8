// Opens the form for whoever the app of a messenger says has opened this page. What the app says leaves the address
// at once.

const said = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
history.replaceState(null, "", location.pathname);

async function open() {
  if (!said) return false;
  const reply = await fetch(location.pathname, { method: "POST", body: new URLSearchParams({ said }), redirect: "error" });
  if (reply.ok) location.replace((await reply.json()).page);
  return reply.ok;
}

open().catch(() => false).then((isOpen) => { document.getElementById("failed").hidden = isOpen; });
