"""The convolutions over the waveform alone: value and gradients of their sum. The peer of
../contenders/conv-extractor.ts."""
import torch

from rounds import TASK, THREADS, serve
from speech_encoder import ConvExtractor

torch.set_num_threads(THREADS)
torch.manual_seed(0)
extractor = ConvExtractor(TASK["encoder"]["extractor"])
waveforms = torch.randn(TASK["batch"]["size"], TASK["batch"]["length"])
frames = 0


def step():
    global frames
    extractor.zero_grad(set_to_none=True)
    features = extractor(waveforms)
    features.sum().backward()
    frames = features.shape[1]


serve(step, lambda: {"parameters": sum(p.numel() for p in extractor.parameters()), "frames": frames})
