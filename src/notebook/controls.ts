import { type ControlPayload, picturePattern } from "../contracts/interact-payload.js";
import { LabError, requireThat } from "../core/errors.js";

/** A number on a slider. */
export interface SliderControl {
  /** Ends, both included; the first below the second. */
  min: number;
  max: number;
  /** At the start, from `min` to `max`; default `min`. */
  value?: number;
  /** Distance of the stops, counted from `min`; default 1. */
  step?: number;
  /** What the reader sees, with its unit; default the control's name in words. */
  label?: string;
}

/** One of several. */
export interface ChoiceControl<T extends string | number = string | number> {
  /** At least one, each once. */
  options: readonly T[];
  /** At the start; default the first. */
  value?: T;
  label?: string;
}

/** Yes or no. */
export interface CheckboxControl {
  /** At the start. */
  checked: boolean;
  label?: string;
}

/** Pictures that the reader picks some of, by a click or a key. */
export interface PicturesControl {
  /** PNGs as `data:` addresses, at least one, such as those of `lab.tumor.turingPictures`. None is picked at the start. */
  pictures: readonly string[];
  label?: string;
}

/**
 * A control: a slider, a choice (a list alone will do), a checkbox (`true` or `false` alone will do), or pictures to
 * pick from.
 */
export type Control =
  | SliderControl
  | PicturesControl
  | ChoiceControl
  | CheckboxControl
  | readonly (string | number)[]
  | boolean;

/** Controls by the name under which their value is handed on. */
export type Controls = Readonly<Record<string, Control>>;

/**
 * The value of a control: a number of a slider, one of the options of a choice, `true` or `false` of a checkbox and of
 * each of the pictures.
 */
export type ControlValue<C extends Control> = C extends boolean | CheckboxControl
  ? boolean
  : C extends PicturesControl
    ? readonly boolean[]
    : C extends readonly (infer T)[]
      ? T
      : C extends { options: readonly (infer T)[] }
        ? T
        : number;

/** Values of all controls. */
export type ControlValues<C extends Controls> = { [Name in keyof C]: ControlValue<C[Name]> };

/**
 * Controls as a panel's payload holds them.
 *
 * @throws LabError naming the control that is none and what it should be.
 */
export function describeControls(controls: Controls): ControlPayload[] {
  const names = Object.keys(controls);
  requireThat(names.length > 0, "controls", controls, "at least one, by its name");
  return names.map((name) => describeControl(name, controls[name]));
}

/**
 * Values as the reader's function takes them from those that a panel sent.
 *
 * @throws LabError where a value is missing or none that the control can have.
 */
export function readControlValues(
  controls: readonly ControlPayload[],
  given: Controls,
  sent: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: [string, unknown][] = controls.map((control) => {
    const { name } = control;
    return [name, readValue(control, given[name], Object.hasOwn(sent, name) ? sent[name] : undefined)];
  });
  return Object.fromEntries(values);
}

function readValue(
  { name, kind, min = NaN, max = NaN, pictures = [] }: ControlPayload,
  given: Control,
  sent: unknown,
): unknown {
  if (kind === "checkbox") {
    requireThat(typeof sent === "boolean", name, sent, "true or false");
    return sent;
  }
  if (kind === "pictures") {
    const isWhole = Array.isArray(sent) && sent.length === pictures.length;
    requireThat(
      isWhole && sent.every((each) => typeof each === "boolean"),
      name,
      sent,
      `true or false for each of ${pictures.length} pictures`,
    );
    return sent;
  }
  requireThat(typeof sent === "number" && Number.isFinite(sent), name, sent, "a number");
  if (kind === "slider") {
    requireThat(sent >= min && sent <= max, name, sent, `${min} to ${max}`);
    return sent;
  }
  const options = optionsOf(given);
  requireThat(Object.hasOwn(options, sent), name, sent, `0 to ${options.length - 1}`);
  return options[sent];
}

function describeControl(name: string, control: Control): ControlPayload {
  if (typeof control === "boolean") return { name, label: inWords(name), kind: "checkbox", value: control };
  const form =
    "a slider { min, max }, a choice { options } or a list, a checkbox { checked } or true or false, or { pictures }";
  requireThat(typeof control === "object" && control !== null, `controls.${name}`, control, form);
  const { label = inWords(name) } = isList(control) ? {} : control;
  if (isList(control) || "options" in control) {
    const options = optionsOf(control);
    requireThat(options.length > 0, `controls.${name}.options`, options, "at least one");
    const isOnce = new Set(options).size === options.length;
    requireThat(isOnce, `controls.${name}.options`, options, "each option once");
    const value = isList(control) ? options[0] : (control.value ?? options[0]);
    requireThat(options.includes(value), `controls.${name}.value`, value, `one of ${options.join(", ")}`);
    return { name, label, kind: "choice", options: options.map(String), value: options.indexOf(value) };
  }
  if ("checked" in control) {
    requireThat(
      typeof control.checked === "boolean",
      `controls.${name}.checked`,
      control.checked,
      "true or false",
    );
    return { name, label, kind: "checkbox", value: control.checked };
  }
  if ("pictures" in control) {
    // What a notebook hands over may be anything.
    const { pictures }: { pictures: unknown } = control;
    const isSome = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;
    if (!isSome(pictures)) throw new LabError(`controls.${name}.pictures`, pictures, "at least one");
    const png = new RegExp(picturePattern);
    const isPng = (each: unknown): each is string => typeof each === "string" && png.test(each);
    if (!pictures.every(isPng)) {
      const wrong = pictures.find((each) => !isPng(each));
      throw new LabError(`controls.${name}.pictures`, wrong, "PNGs as data:image/png;base64,...");
    }
    return { name, label, kind: "pictures", pictures, value: pictures.map(() => false) };
  }
  if (!("min" in control && "max" in control)) throw new LabError(`controls.${name}`, control, form);
  const { min, max, step = 1, value = min } = control;
  const areEnds = Number.isFinite(min) && Number.isFinite(max) && min < max;
  requireThat(areEnds, `controls.${name}`, `min ${min}, max ${max}`, "min below max, both finite");
  requireThat(Number.isFinite(step) && step > 0, `controls.${name}.step`, step, "a number above 0");
  requireThat(value >= min && value <= max, `controls.${name}.value`, value, `${min} to ${max}`);
  return { name, label, kind: "slider", min, max, step, value };
}

function optionsOf(control: Control): readonly (string | number)[] {
  return isList(control) ? control : (control as ChoiceControl).options;
}

function isList(control: Control): control is readonly (string | number)[] {
  return Array.isArray(control);
}

/** `windowWidth` as "window width". */
function inWords(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
