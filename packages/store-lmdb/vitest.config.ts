import { defineConfig, mergeConfig } from 'vitest/config';
// @boundaries-ignore one set of test settings for the whole repository
import shared from '../../vitest.shared.ts';

export default mergeConfig(shared, defineConfig({ test: { name: 'store-lmdb' } }));
