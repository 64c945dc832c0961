/**
 * The form that makes a jam, where the browser knows what the server cannot: the time zone of whoever fills
 * it in. Said only where nobody has said one; without JavaScript the form says UTC.
 */

const field = document.querySelector("#zone-guess input");
const shown = document.getElementById("zone-shown");
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

if (field instanceof HTMLInputElement && shown && field.value === field.defaultValue && timeZone?.includes("/")) {
  field.value = timeZone;
  shown.textContent = timeZone;
}
