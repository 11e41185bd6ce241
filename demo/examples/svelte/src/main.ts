import { mount } from 'svelte';
import App from './App.svelte';
import './languages';

const target = document.getElementById('app');
if (target) mount(App, { target });
