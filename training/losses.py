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
    <s> and the passage (Devlin et al. 2019 on SQuAD 2); <s> is the target where the
    passage does not answer. answerable: binary cross-entropy on the <s> head. group: shared
    normalisation (Clark and Gardner 2018): every token's logit minus its passage's <s> logit,
    softmax over all passages of one question, starts and ends summed over the gold spans of all of
    them; only groups of several passages with an answer.
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
        for logits, edge in ((start, 0), (end, 1)):
            over = torch.cat([logits[j, 1:] - logits[j, 0] for j in rows])
            places = {(i, span[edge]) for i in rows for span in batch.gold[i]}
            found = torch.stack([logits[i, t] - logits[i, 0] for i, t in sorted(places)])
            terms.append(torch.logsumexp(over, 0) - torch.logsumexp(found, 0))
    return 2 * torch.stack(terms).mean() if terms else start.new_zeros(())
