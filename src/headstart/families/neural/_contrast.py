"""Pull texts of one class together and push classes apart, before a head is fitted.

A few labels make many pairs: 16 rows make 120. Every batch is encoded once, and each of its pairs
counts: the cosine of two vectors should be 1 within a class and 0 between classes. Same and
different pairs weigh alike, however many there are of each.

Reference: Tunstall et al. 2022, "Efficient Few-Shot Learning Without Prompts" (SetFit), which draws
pairs and encodes both of each.

Shapes: b rows of a batch, d entries of a vector.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from headstart.families.neural._encoder_proposals import contrast_passes
from headstart.families.neural._lesson import Lesson, decayed
from headstart.families.neural._text import TextModel
from headstart.networks.text_network import without_padding
from headstart.networks.used_words import only_used_words
from headstart.session import Session
from headstart.training.loop import Course, Examples, train
from headstart.training.schedule import cosine

HEAD_PENALTY = 1_500.0
"""Of the head that follows. The vectors know the labels of their rows by then, so that no division
of these rows tells how sure the head may be. On reviews with 16 and 64 labels the log loss of other
rows was lowest from 1,000 to 3,000: 0.49 to 0.58, and 1.1 with what cross-validation chose."""

_PARTS = 4
"""A batch is read in so many parts of like length: its pairs stay those of chance, and less of what
is read is padding."""


def pull_together(
    model: TextModel,
    inputs: tuple[Tensor, ...],
    lesson: Lesson,
    session: Session,
    generator: torch.Generator,
    *,
    half: bool,
) -> None:
    """Train the trunk in place on the pairs of these rows; its head is left as it is."""
    settings = model.settings
    rows = len(lesson.rows)
    trunk = model.network.trunk
    examples = Examples(
        inputs=inputs[:3],
        targets=torch.from_numpy(lesson.truth[:, 0]),
        weights=torch.from_numpy(lesson.weights).float()[:, None],
    )
    course = Course(
        passes=contrast_passes(rows, settings.batch),
        batch=settings.batch,
        learning_rate=settings.learning_rate,
        decay=settings.decay,
        schedule=cosine,
        momentum=0.999,
        clip=1.0,
        half=half,
    )
    with only_used_words(trunk, inputs[0]):
        groups = [group for stage in trunk.stages() for group in decayed(stage, 1.0)]
        train(_Vectors(trunk), groups, examples, pair_losses, None, course, session, generator)


def pair_losses(vectors: Tensor, classes: Tensor) -> Tensor:
    """Each row's mean squared error over its pairs, (1, b), of vectors (1, b, d) of length 1.

    Example:
        >>> vectors = torch.tensor([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
        >>> pair_losses(vectors, torch.tensor([0, 0, 1])).tolist()
        [[0.0, 0.0, 0.0]]
    """
    (found,) = vectors
    same = classes[:, None] == classes[None, :]
    others = ~torch.eye(len(classes), dtype=torch.bool)
    errors = (found @ found.T - same.float()) ** 2
    within, between = same & others, ~same
    mean_within = (errors * within).sum(1) / within.sum(1).clamp_min(1)
    mean_between = (errors * between).sum(1) / between.sum(1).clamp_min(1)
    return ((mean_within + mean_between) / 2)[None]


class _Vectors(nn.Module):
    """A trunk's vectors as the outputs of a network."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, tokens: Tensor, lengths: Tensor, kinds: Tensor) -> Tensor:
        """(1, b, d), each of length 1."""
        order = lengths.argsort(stable=True)
        found = [
            self.trunk(*without_padding(tokens[rows], lengths[rows], kinds[rows]))
            for rows in order.chunk(_PARTS)
        ]
        return F.normalize(torch.cat(found)[order.argsort()], dim=-1)[None]
