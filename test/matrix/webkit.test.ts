import { playEachKindIn } from './engine-suite.ts';

playEachKindIn('WebKitGTK');
