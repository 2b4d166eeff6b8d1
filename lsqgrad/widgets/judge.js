// The judge of typed numbers, as number_answers.py and typed_numbers.py in lsqgrad/judging have it:
// a change of one is a change of both, and tests hold them together.

const EXPECTED = "expected a number such as -0.1453, 1e-3 or 2/3*0.5";
const BEYOND = "That is beyond what a float can hold.";
const BY_ZERO = "No number can be divided by 0.";
const RIGHT = { kind: "right", sentence: "That is right." };
const KINDS = ["right", "rounded", "near", "mistake", "wrong"]; // what comes first fits better
const [MISTAKE_DIGITS, RIGHT_DIGITS, SHOWN_DIGITS] = [3, 4, 6];
const HALF_A_SHOWN_UNIT = 5e-6; // as a part of the number
const UNITS_OFF = 2.5; // and as much as rounds to that
const TOO_MANY_POWERS = 400; // of ten
const MOST_BITS = 4096; // of a numerator or a denominator

const TYPESET = { "-": "−–", "*": "×·⋅∗", "/": "÷∕⁄", " ": "\xa0\u2009\u202f", ".": "。", "'": "‘’‚‹›" };
const SPACES = "(?:[^\\S\\ufeff]|[\\x1c-\\x1f\\x85])+"; // of Python
const EDGES = new RegExp(`^${SPACES}|${SPACES}$`, "g");
const BY_SPACES = /(?<![\d.,])[1-9]\d{0,2}([ '_])\d{3}(?:\1\d{3})*(?!\d)/g;
const BY_POINTS = /(?<![\d.,])[1-9]\d{0,2}(?:(?:\.\d{3})+(?=,)|(?:\.\d{3}){2,}(?![\d.]))/g;
const BY_COMMAS = /(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])/g;
const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;
const ARITHMETIC = /^(?!.*\.\.)[\d.e+*/() -]{1,200}$/i;
const TOKENS = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|\*\*|\S/gi;

/** Why a text is no number: the message is a hint, or empty. */
class NoNumber extends Error {}

/** Judge what was typed, by a key and by what is said of the mistakes in it. */
function judge(key, said, text) {
  const { readings, hint } = read(text);
  if (!readings.length) {
    const sentence = `answer: ${EXPECTED}, got ${quoted(text)}. ${hint}`.trimEnd();
    return { kind: "unreadable", sentence };
  }
  const verdicts = readings.map((typed) => ({ typed, ...compare(key, said, typed) }));
  const fit = ({ kind, typed }) => [KINDS.indexOf(kind), Math.abs(typed.value - key.truth)];
  const [{ typed, kind, sentence }] = verdicts.sort((one, other) => {
    const [[rank, off], [otherRank, otherOff]] = [fit(one), fit(other)];
    return rank - otherRank || off - otherOff;
  });
  const isOneOfTwo = verdicts.some((other) => other.sentence !== sentence);
  const isNoted = (isOneOfTwo || typed.regrouped) && (kind === "mistake" || kind === "wrong");
  return { kind, sentence: sentence + (isNoted ? ` It was read as ${shown(typed.value)}.` : "") };
}

/** Judge one of the numbers that may be meant. */
function compare(key, said, typed) {
  const { truth, truths, from_shown: fromShown } = key;
  const { value, digits } = typed;
  const old = key.mistakes["nothing happens"] ?? 0;
  const typical = Object.entries(key.mistakes);
  const agreeing = agreeingDigits(value, truth);
  const isAll = value === asShown(truth) || isWithin(value, truths);
  const admitting = [typed, ...withFewerDigits(typed)].filter((one) => admits(one, truths));

  const exactly = `More exactly it is ${key.exactly[Number(digits >= SHOWN_DIGITS)]}.`;
  const mistake = (name) => ({ kind: "mistake", sentence: said[name] });
  const rounded = (right) => ({
    kind: "rounded",
    sentence: `That is right to ${count(right)}. ${exactly}`,
  });
  const near = () => {
    const isLast = Math.abs(value - truth) <= UNITS_OFF * (typed.high - typed.low);
    const why = isLast ? "its last digit is off" : "something was rounded on the way";
    return { kind: "near", sentence: `That agrees to ${count(agreeing)}: ${why}. ${exactly}` };
  };
  const met = (numbers) =>
    nearest(
      numbers.filter(([, number]) => {
        const slack = HALF_A_SHOWN_UNIT * Math.abs(number);
        return admits(typed, [number - slack, number + slack]);
      }),
      (number) => Math.max(typed.low - number, number - typed.high, 0),
    );

  if (admitting.some((one) => isAll || one.digits >= RIGHT_DIGITS)) return RIGHT;
  if (digits && admitting.includes(typed)) return rounded(digits);
  if (agreeing > 0 && admits(typed, fromShown)) {
    return digits > SHOWN_DIGITS && agreeing >= RIGHT_DIGITS ? RIGHT : near();
  }
  let name = met(
    typical.filter(([, number]) => digits >= MISTAKE_DIGITS || value === asShown(number)),
  );
  if (name) return mistake(name);
  const fewer = admitting.find((one) => one.digits);
  if (fewer) return rounded(fewer.digits);
  if (agreeing >= RIGHT_DIGITS) return near();
  if (digits > SHOWN_DIGITS) {
    const rare = Object.entries(key.rare);
    name = met(rare.flatMap(([key, numbers]) => numbers.map((number) => [key, number])));
    if (name) return mistake(name);
  }
  if (digits >= RIGHT_DIGITS && value) {
    const change = digits > SHOWN_DIGITS ? Math.abs(value - old) : Infinity;
    const most = unitsOff(Math.min(Math.abs(value), change));
    const others = typical.filter(
      ([key, number]) => key !== "nothing happens" && !isWithin(number, fromShown),
    );
    const off = (number) => Math.abs(value - number);
    name = nearest([["", truth], ...others].filter(([, number]) => off(number) <= most), off);
    if (name !== undefined) return name ? mistake(name) : near();
  }
  return { kind: "wrong", sentence: wrong(key.quantity, value, truth, old) };
}

/** Say on which side of the truth an answer is, and whether it goes the way of the update. */
function wrong(quantity, value, truth, old) {
  const little = Math.abs(value - truth) <= 0.01 * Math.abs(truth) ? "a little " : "";
  const words = `That is ${little}too ${value > truth ? "large" : "small"}.`;
  if (quantity === "loss") {
    return value < 0 ? `${words} A mean of squares is never below 0.` : words;
  }
  if (truth === old) return `${words} This update leaves ${quantity} as it is.`;
  const way = value > old === truth > old ? "right" : "wrong";
  return `${words} The direction is ${way}: ${quantity} ${truth > old ? "rises" : "falls"}.`;
}

const count = (digits) => (digits === 1 ? "one digit" : `${digits} digits`);
const isWithin = (number, [low, high]) => low <= number && number <= high;
const admits = (typed, [low, high]) => low <= typed.high && typed.low <= high;
const asShown = (number) => Number(exponential(number, SHOWN_DIGITS));
const place = (number) => Number(number.toExponential(60).split("e")[1]); // of the first digit
const unit = (place) => Number(`1e${place}`);
const unitsOff = (size) => (size ? UNITS_OFF * unit(place(size) + 1 - RIGHT_DIGITS) : 0);

/** The name at the smallest distance, the first of several. */
function nearest(numbers, distance) {
  return numbers.sort(([, one], [, other]) => distance(one) - distance(other))[0]?.[0];
}

/** Count the digits of the truth that a value is off by half a unit at most, or rounds to. */
function agreeingDigits(value, truth) {
  const off = Math.abs(value - truth);
  if (!(off > 0 && off < Math.abs(truth) / 2)) return 0;
  const last = place(2 * off);
  const agreeing = place(truth) - last + Number(2 * off === unit(last));
  const isRounded = exponential(value, agreeing + 1) === exponential(truth, agreeing + 1);
  return agreeing + Number(isRounded);
}

/** Write a number in so many digits, and halves to the even digit, as Python does. */
function exponential(number, digits) {
  const [exact, power] = number.toExponential(99).split("e");
  const kept = exact.slice(0, digits - 100).replace(/\.$/, "");
  const isHalf = /^\.?50*$/.test(exact.slice(kept.length));
  return isHalf && /[02468]$/.test(kept) ? `${kept}e${power}` : number.toExponential(digits - 1);
}

/** Write a number as Python's format .6g does. */
function shown(number) {
  const [digits, power] = exponential(number, SHOWN_DIGITS).split("e");
  const short = (text) => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  if (power >= -4 && power < SHOWN_DIGITS) {
    return short(Number(`${digits}e${power}`).toFixed(SHOWN_DIGITS - 1 - power));
  }
  return `${short(digits)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

/** Find all that may be meant by a text, first what has a comma as its decimal point. */
function read(text) {
  const typed = inKeys(text.replace(EDGES, ""));
  const ungrouped = typed
    .replace(BY_SPACES, (found) => found.replace(/[ '_]/g, ""))
    .replace(BY_POINTS, (found) => found.replaceAll(".", ""));
  const readings = [];
  let hint = "";
  for (const way of [
    ungrouped.replaceAll(",", "."),
    ungrouped.replace(BY_COMMAS, (found) => found.replaceAll(",", "")),
  ]) {
    try {
      const reading = DECIMAL.test(way) ? decimal(way) : decimal(calculated(way));
      const regrouped = way !== typed.replaceAll(",", ".");
      const isKnown = readings.some(({ value }) => value === reading.value);
      if (!isKnown) readings.push({ ...reading, regrouped });
    } catch (error) {
      if (!(error instanceof NoNumber)) throw error;
      hint ||= error.message;
    }
  }
  return { readings, hint };
}

/** Put the signs and digits of a keyboard for others. */
function inKeys(text) {
  return text.replace(/[^ -~]/gu, (sign) => {
    const key = Object.keys(TYPESET).find((key) => TYPESET[key].includes(sign));
    if (key) return key;
    const code = sign.codePointAt(0);
    if (code > 0xff00 && code < 0xff5f) return String.fromCharCode(code - 0xfee0);
    let digit = 0; // in Unicode each ten of them stand in a row
    while (/\p{Nd}/u.test(String.fromCodePoint(code - digit))) digit += 1;
    return digit ? String((digit - 1) % 10) : sign;
  });
}

/** Read a number in decimals: its value, the ends of what rounds to it, and its digits. */
function decimal(text) {
  const [, sign, whole, part, power = "0"] = text.match(DECIMAL);
  const mantissa = BigInt(whole + part);
  const last = Number(power) - part.length;
  const digits = String(mantissa).length;
  const value = Number(text);
  const isFar = Math.max(Math.abs(Number(power)), 1 - last - digits) >= TOO_MANY_POWERS;
  if (isFar || !Number.isFinite(value)) slip(BEYOND);
  const signed = sign === "-" ? -mantissa : mantissa;
  return {
    value,
    low: Number(`${10n * signed - 5n}e${last - 1}`),
    high: Number(`${10n * signed + 5n}e${last - 1}`),
    digits: mantissa ? digits : 0,
    zeros: value && /^[+-]?\d+$/.test(text) ? text.match(/0*$/)[0].length : 0,
    text,
  };
}

/** Read 2300 also as 230e1 and as 23e2, in case its zeros only hold the place. */
function withFewerDigits({ text, zeros }) {
  return Array.from({ length: zeros }, (_, k) => decimal(`${text.slice(0, -k - 1)}e${k + 1}`));
}

/** Compute arithmetic exactly, and write the result in more digits than a float can tell. */
function calculated(text) {
  if (!ARITHMETIC.test(text)) slip();
  const [above, below] = parsed(text.match(TOKENS))();
  const scale = 10n ** 1100n; // then all digits are there that decide how a float is rounded
  const rest = (above * scale) % below ? 1 : 0;
  const value = Number(`${(above * scale) / below}.${rest}e-1100`);
  if (!Number.isFinite(value) || (above && !value)) slip(BEYOND);
  return value.toExponential(40);
}

function slip(hint = "") {
  throw new NoNumber(hint);
}

/** Read arithmetic as a function that computes it: what cannot be read comes before all else. */
function parsed(tokens) {
  const is = (...signs) => signs.includes(tokens[0]);
  const chain = (part, ...signs) => {
    let left = part();
    while (is(...signs)) left = both(left, tokens.shift(), part());
    return left;
  };
  const both = (left, sign, right) => () => OPERATIONS[sign](left(), right());
  const sum = () => chain(product, "+", "-");
  const product = () => chain(signed, "*", "/");
  const signed = () => {
    if (!is("+", "-")) return power();
    const minus = tokens.shift() === "-" ? -1n : 1n;
    const part = signed();
    const computed = () => {
      const [above, below] = part.isSigned ? slip() : part(); // --1 is a slip
      return [minus * above, below];
    };
    return Object.assign(computed, { isSigned: true });
  };
  const power = () => {
    const base = single();
    return is("**") ? both(base, tokens.shift(), signed()) : base;
  };
  const single = () => {
    const token = tokens.shift() ?? slip();
    if (token === "(") {
      const inner = sum();
      return is(")") && tokens.shift() ? inner : slip();
    }
    return /^0+[1-9]\d*$/.test(token) || !DECIMAL.test(token) ? slip() : () => constant(token);
  };
  const whole = sum();
  return tokens.length ? slip() : whole;
}

const OPERATIONS = {
  "+": ([a, b], [c, d]) => reduced(a * d + c * b, b * d),
  "-": ([a, b], [c, d]) => reduced(a * d - c * b, b * d),
  "*": ([a, b], [c, d]) => reduced(a * c, b * d),
  "/": ([a, b], [c, d]) => reduced(a * d, b * c),
  "**": ([a, b], [c, d]) => {
    if (d !== 1n) slip();
    const times = size(c);
    if (times * BigInt(bits(a, b)) > MOST_BITS) slip(BEYOND);
    return c < 0n ? reduced(b ** times, a ** times) : reduced(a ** times, b ** times);
  },
};

/** The number of an integer, or of a float in its own digits, as a fraction. */
function constant(token) {
  const text = /^\d+$/.test(token) ? token : String(Number(token));
  if (text === "Infinity") slip(BEYOND);
  const [, , whole, part, power = "0"] = text.match(DECIMAL);
  const last = Number(power) - part.length;
  const ten = 10n ** BigInt(Math.abs(last));
  return last < 0 ? reduced(BigInt(whole + part), ten) : [BigInt(whole + part) * ten, 1n];
}

const size = (number) => (number < 0n ? -number : number);
const bits = (above, below) => Math.max(...[above, below].map((one) => size(one).toString(2).length));

/** Reduce a fraction, if it is one that is not too large. */
function reduced(above, below) {
  if (!below) slip(BY_ZERO);
  let [one, other] = [size(above), size(below)];
  while (other) [one, other] = [other, one % other];
  const common = below < 0n ? -one : one;
  return bits(above / common, below / common) > MOST_BITS
    ? slip(BEYOND)
    : [above / common, below / common];
}

/** Quote a text as Python does. */
function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'"]|(?! )[\p{C}\p{Z}]/gu, (sign) => {
    if (sign === "\\" || sign === quote) return `\\${sign}`;
    if (sign === "'" || sign === '"') return sign;
    const letter = { "\n": "n", "\r": "r", "\t": "t" }[sign];
    if (letter) return `\\${letter}`;
    const code = sign.codePointAt(0).toString(16);
    const [kind, width] = [["x", 2], ["u", 4], ["U", 8]].find(([, most]) => code.length <= most);
    return `\\${kind}${code.padStart(width, "0")}`;
  });
  return quote + escaped + quote;
}
