// The words of the page, in both languages. Chinese is the measure: English has the same keys, or it does not compile.

import 'dayjs/locale/zh-cn'

import dayjs from 'dayjs'
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

import { en } from './en'
import { zh } from './zh'

export type Language = 'zh' | 'en'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zh }
    returnNull: false
  }
}

const kept = 'milepost.language'

/** The language of the page. */
export const language = (): Language => (i18next.language === 'en' ? 'en' : 'zh')

export async function speak(l: Language) {
  localStorage.setItem(kept, l)
  await i18next.changeLanguage(l)
  show(l)
}

/** What else goes by the language: the document, and the names of months and days in calendars. */
function show(l: Language) {
  document.documentElement.lang = l === 'zh' ? 'zh-CN' : 'en'
  dayjs.locale(l === 'zh' ? 'zh-cn' : 'en')
}

void i18next.use(initReactI18next).init({
  lng: localStorage.getItem(kept) === 'en' ? 'en' : 'zh',
  fallbackLng: false,
  resources: { zh: { translation: zh }, en: { translation: en } },
  interpolation: { escapeValue: false }, // React escapes
})
show(language())

export { i18next }
