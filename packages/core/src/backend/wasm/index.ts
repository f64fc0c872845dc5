export function installWasmKernels(): void {}
