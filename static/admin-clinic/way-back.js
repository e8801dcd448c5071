// The code of a ticket stands behind the # of the desk's address and never leaves the phone, so whoever signs in on the
// way there takes it along: a browser keeps the # of a form's address through all that follows.
if (location.hash) {
  for (const form of document.querySelectorAll("#content form[method=post]")) {
    form.action = form.action.split("#")[0] + location.hash;
  }
}
