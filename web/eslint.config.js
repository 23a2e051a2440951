import js from '@eslint/js'
import hooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['dist', 'src/api/*.gen.ts'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  hooks.configs.flat['recommended-latest'],
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js', 'tools/*.mjs'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-syntax': ['error', {
        selector: ':matches(Literal, TemplateElement, JSXText)[value=/[\\u3400-\\u9fff]/], TemplateElement[value.raw=/[\\u3400-\\u9fff]/]',
        message: 'Words belong into src/words, in both languages.',
      }],
    },
  },
  { files: ['tools/**'], languageOptions: { globals: globals.node }, rules: { '@typescript-eslint/no-unsafe-argument': 'off' } },
  { files: ['src/words/**', 'test/**', '**/*.test.ts', '**/*.test.tsx'], rules: { 'no-restricted-syntax': 'off' } },
)
