"""Pre-training steps on waveforms."""
import torch

from data2vec import TASK, pretrain
from speech_encoder import SpeechEncoder

pretrain(SpeechEncoder(TASK), torch.randn(TASK["batch"]["size"], TASK["batch"]["length"]))
