import { playEachKindIn } from './engine-suite.ts';

playEachKindIn('Chromium');
