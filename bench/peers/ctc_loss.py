"""The CTC loss and its gradient. The peer of ../contenders/ctc-loss.ts, on the same numbers."""
import torch
import torch.nn.functional as F

from rounds import TASK, THREADS, serve

torch.set_num_threads(THREADS)
B, T, L, V = TASK["batch"], TASK["frames"], TASK["labels"], TASK["classes"]
logits = (2 * torch.sin(1.7 * torch.arange(B * T * V, dtype=torch.float64))).float().view(B, T, V).requires_grad_()
labels = (1 + 7 * torch.arange(B * L) % (V - 1)).view(B, L)
frames, lengths = torch.full((B,), T), torch.full((B,), L)
value = 0.0


def step():
    global value
    logits.grad = None
    loss = F.ctc_loss(logits.log_softmax(-1).transpose(0, 1), labels, frames, lengths)
    loss.backward()
    value = loss.item()


serve(step, lambda: {"loss": value})
