// SPDX-License-Identifier: MIT
import { chooseLanguage, isLanguage, language, languages } from '../languages/language';
import { strings } from '../strings';

export function LanguageChoice() {
  return (
    <label class="language-choice">
      <span>{strings.account.language}</span>
      <select
        value={language}
        data-testid="language"
        onChange={(event) => {
          if (isLanguage(event.currentTarget.value)) chooseLanguage(event.currentTarget.value);
        }}
      >
        {Object.entries(languages).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
