/** Prevents the click of whatever is below a dragged pointer that was just released. */
export function preventNextClick(): void {
  addEventListener('click', preventClick, { capture: true, once: true });
  // None follows when it was released elsewhere.
  setTimeout(() => {
    removeEventListener('click', preventClick, { capture: true });
  });
}

function preventClick(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
