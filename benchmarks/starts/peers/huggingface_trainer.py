"""Fine-tuning all layers with the Trainer of transformers, as its guide to classification shows.

AdamW, 1e-4 with a tenth of warm-up and a linear end, batches of 16 padded to their longest row; 3
passes over 1,000 rows and more, up to 10 where there are fewer, so that it takes about 2,000 rows.
The encoder's pooled first token goes through a new linear head.
"""

from typing import Any

from exchange import Ask, Watch, read_ask, read_rows, write_answer

BATCH = 16
LEARNING_RATE = 1e-4


def main() -> None:
    import torch
    from transformers import set_seed

    ask = read_ask()
    torch.set_num_threads(ask.threads)
    set_seed(ask.seed)
    texts, labels, questions = read_rows(ask)
    classes = sorted(set(labels))
    passes = passes_for(len(texts))
    watch = Watch()
    trainer = trained(ask, texts, [classes.index(each) for each in labels], len(classes), passes)
    fit, watch = watch.spent(), Watch()
    answers = trainer.predict(rows_of(trainer.processing_class, ask, questions)).predictions
    write_answer(
        ask,
        predictions=[classes[place] for place in answers.argmax(axis=1)],
        fit=fit,
        predict=watch.spent(),
        packages=("transformers", "accelerate", "torch"),
        details={"passes": passes, "batch": BATCH, "learning_rate": LEARNING_RATE},
    )


def passes_for(rows: int) -> int:
    """Passes over so many rows: about 2,000 rows in all, 3 to 10 passes."""
    return round(min(10, max(3, 2_000 / rows)))


def trained(ask: Ask, texts: list[str], labels: list[int], classes: int, passes: int) -> Any:
    """A Trainer that has trained; it holds the model and the tokenizer."""
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )

    tokens = AutoTokenizer.from_pretrained(ask.checkpoint, local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(
        ask.checkpoint, num_labels=classes, local_files_only=True
    )
    settings = TrainingArguments(
        output_dir=f"{ask.out}/models",
        num_train_epochs=passes,
        per_device_train_batch_size=BATCH,
        per_device_eval_batch_size=64,
        learning_rate=LEARNING_RATE,
        weight_decay=0.01,
        warmup_steps=0.1,
        seed=ask.seed,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
        use_cpu=True,
    )
    rows = rows_of(tokens, ask, texts, labels)
    trainer = Trainer(
        model=model,
        args=settings,
        train_dataset=rows,
        processing_class=tokens,
        data_collator=DataCollatorWithPadding(tokens),
    )
    trainer.train()
    return trainer


def rows_of(
    tokens: Any, ask: Ask, texts: list[str], labels: list[int] | None = None
) -> list[dict[str, Any]]:
    """Rows as the Trainer takes them: token numbers, and the class where there is one."""
    read = tokens(texts, truncation=True, max_length=ask.longest)["input_ids"]
    rows = [{"input_ids": each} for each in read]
    if labels is None:
        return rows
    return [{**row, "labels": label} for row, label in zip(rows, labels, strict=True)]


if __name__ == "__main__":
    main()
