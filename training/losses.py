"""The three terms of the training loss."""

import torch
from torch import Tensor
from torch.nn import functional

from training.batches import Batch

ANSWERABLE_WEIGHT = 0.5
GROUP_WEIGHT = 0.5
_NEVER = -1e4


def reader_loss(start: Tensor, end: Tensor, answerable: Tensor, batch: Batch) -> dict[str, Tensor]:
    """`span`, `answerable` and `group` losses, and their weighted sum as `loss`.

    span: negative marginal log-likelihood of the gold spans, start and end each a softmax over
    [CLS] and the passage (Devlin et al. 2019 on SQuAD 2); [CLS] is the target where the
    passage does not answer. answerable: binary cross-entropy on the [CLS] head. group: shared
    normalisation (Clark and Gardner 2018): every token's logit minus its passage's [CLS] logit,
    softmax over all passages of one question, summed over the gold spans of all of them; only
    groups of several passages with an answer.
    """
    start = start.masked_fill(~batch.readable, _NEVER)
    end = end.masked_fill(~batch.readable, _NEVER)
    start_log, end_log = start.log_softmax(-1), end.log_softmax(-1)
    target = torch.tensor([float(bool(spans)) for spans in batch.gold])
    span_terms = [
        -_marginal(start_log[i], end_log[i], spans or ((0, 0),))
        for i, spans in enumerate(batch.gold)
    ]
    span = torch.stack(span_terms).mean()
    answer = functional.binary_cross_entropy_with_logits(answerable, target)
    group = _group_loss(start, end, batch)
    loss = span + ANSWERABLE_WEIGHT * answer + GROUP_WEIGHT * group
    return {"loss": loss, "span": span, "answerable": answer, "group": group}


def _marginal(start_log: Tensor, end_log: Tensor, spans: tuple[tuple[int, int], ...]) -> Tensor:
    starts, ends = [s for s, _ in spans], [e for _, e in spans]
    return torch.logsumexp(start_log[starts] + end_log[ends], 0)


def _group_loss(start: Tensor, end: Tensor, batch: Batch) -> Tensor:
    terms = []
    sizes = torch.bincount(batch.group).tolist()
    low = 0
    for size in sizes:
        rows = range(low, low + size)
        low += size
        if size < 2 or not any(batch.gold[i] for i in rows):
            continue
        start_over = torch.cat([start[j, 1:] - start[j, 0] for j in rows])
        end_over = torch.cat([end[j, 1:] - end[j, 0] for j in rows])
        start_sum, end_sum = torch.logsumexp(start_over, 0), torch.logsumexp(end_over, 0)
        found = [
            start[i, s] - start[i, 0] - start_sum + end[i, e] - end[i, 0] - end_sum
            for i in rows
            for s, e in batch.gold[i]
        ]
        terms.append(-torch.logsumexp(torch.stack(found), 0))
    return torch.stack(terms).mean() if terms else start.new_zeros(())
