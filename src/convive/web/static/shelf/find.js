// On a small screen what narrows stands folded, so that the hits come first.
"use strict";
if (matchMedia("(max-width: 54rem)").matches) {
  const narrow = document.querySelector(".narrow");
  if (narrow && !narrow.querySelector(":checked")) narrow.open = false;
}
