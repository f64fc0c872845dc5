"""Greedy transcription of a long recording, window by window, with random weights: the peer of
../contenders/transcription.ts."""
import torch
import torch.nn.functional as F
from torch import nn

from network import Network
from rounds import TASK, THREADS, serve
from speech_encoder import SpeechEncoder

torch.set_num_threads(THREADS)
torch.manual_seed(0)
RATE, STRIDE, FIELD, CLASSES = 16000, 320, 400, 32


def frame_count(samples):
    return (samples - FIELD) // STRIDE + 1


encoder = SpeechEncoder(TASK)
model = nn.ModuleDict({"network": Network(TASK, encoder), "head": nn.Linear(TASK["backbone"]["dim"], CLASSES)}).eval()
recording = torch.rand(TASK["seconds"] * RATE) * 2 - 1
frames, size = frame_count(len(recording)), frame_count(TASK["windowSeconds"] * RATE)
overlap = round(TASK["overlapSeconds"] * RATE / STRIDE)
starts = [*range(0, frames - size, size - overlap), frames - size]


@torch.no_grad()
def step():
    """Logits of all windows, one after the other in the middle of what they share; the labels of their frames."""
    waveform = F.layer_norm(recording, recording.shape)
    logits = torch.empty(frames, CLASSES)
    for start in starts:
        samples = (size - 1) * STRIDE + FIELD
        x, bias = encoder.sequence(encoder.features(waveform[start * STRIDE :][:samples].unsqueeze(0)))
        seam = 0 if start == 0 else overlap // 2
        logits[start + seam : start + size] = model["head"](model["network"](x, bias)[0])[0, seam:]
    torch.unique_consecutive(logits.argmax(-1)).tolist()


serve(step, lambda: {"parameters": sum(p.numel() for p in model.parameters()), "frames": frames})
