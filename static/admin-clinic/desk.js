// The QR code on a ticket opens /desk/#ABCDEFG. A fragment never leaves the phone: no server and no log sees it.
const box = document.getElementById("find");

function fill() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!box || !/^[A-Za-z0-9 -]{7,10}$/.test(code)) return;
  box.value = code;
  history.replaceState(null, "", location.pathname);
  box.focus();
}

if (location.hash) requestAnimationFrame(fill); // after the browser has seen to autofocus
window.addEventListener("hashchange", fill);
