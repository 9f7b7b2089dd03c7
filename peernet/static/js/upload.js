// Shows how much of a file is there while it is sent: <form data-upload="{} of 100 parts are there"> with a hidden
// .upload-progress in it. Without scripts the form is sent as any other.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.upload) return;
  event.preventDefault();
  const shown = form.querySelector(".upload-progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const part = Math.floor((loaded / total) * 100);
    shown.hidden = false;
    shown.firstElementChild.value = part;
    shown.lastElementChild.textContent = form.dataset.upload.replace("{}", part);
  });
  request.addEventListener("load", () => {
    if (!request.response) return form.submit();
    if (request.status < 400) history.replaceState(null, "", request.responseURL);
    document.body.replaceWith(request.response.body);
    document.querySelector("#errors")?.focus();
    scrollTo(0, 0);
  });
  request.addEventListener("error", () => form.submit());
  const data = new FormData(form);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  request.send(data);
});
