// The page's buttons open the chat; those with a question send it.
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => window.CertDesk?.open({ send: button.dataset.ask || undefined }));
}
