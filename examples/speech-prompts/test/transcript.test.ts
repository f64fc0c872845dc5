import { isDescription, isSpelt, normaliseText } from '../prepare-transcript.js';

test.each([
  ['en', "Waldo's  premier: 'provider' of the users' products...", "waldo's premier provider of the users products"],
  ['fr', 'L’appel “transféré”, veuillez', "l'appel transféré veuillez"],
  ['it', "Un po' d’audio. (You are now muted.)", "un po' d'audio"],
  ['es', '¿Qué? ¡Última!', 'qué última'],
  ['es', 'Que\u0301', 'qué'],
  ['ru', '+Окна, - вол+ос; «ещё»', 'окна волос ещё'],
  ['en', 'Press 1 or 2', 'press 1 or 2'],
] as const)('%s: %s', (language, text, wanted) => {
  expect(normaliseText(text, language)).toBe(wanted);
});

test('only words in letters of the language can be learnt letter by letter', () => {
  expect(isSpelt("waldo's door", 'en')).toBe(true);
  expect(isSpelt('press 1', 'en')).toBe(false);
  expect(isSpelt('сервер asterisk', 'ru')).toBe(false);
  expect(isSpelt('', 'en')).toBe(false);
});

test('a text in brackets describes a sound', () => {
  expect(['[tones]', '(ahooga)', '<beep ascending>', ' [ tono ] '].every(isDescription)).toBe(true);
  expect(isDescription('Voce disattivata. (Muted.)')).toBe(false);
});
