// The theme's toggles of the contents have no name
for (const toggle of document.querySelectorAll(".bd-links summary")) {
  toggle.setAttribute("aria-label", "Pages below");
}
