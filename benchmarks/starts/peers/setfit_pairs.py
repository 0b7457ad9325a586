"""SetFit as published: pairs of like and unlike texts move the encoder, then a logistic head.

R = 20 pairs of each kind for a text, one epoch, batches of 16 (Tunstall et al. 2022), at most
`MOST_PAIRS` of each kind: at 64 labels R is 20, at 256 it is 5. More would take hours here.
"""

from exchange import Watch, read_ask, read_rows, write_answer

MOST_PAIRS = 1_280


def main() -> None:
    import torch
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    ask = read_ask()
    torch.set_num_threads(ask.threads)
    texts, labels, questions = read_rows(ask)
    classes = sorted(set(labels))
    model = SetFitModel.from_pretrained(ask.checkpoint, labels=classes, local_files_only=True)
    model.model_body.max_seq_length = ask.longest
    rounds = max(1, min(20, MOST_PAIRS // len(texts)))
    settings = TrainingArguments(
        output_dir=f"{ask.out}/models",
        batch_size=16,
        num_epochs=1,
        num_iterations=rounds,
        seed=ask.seed,
        report_to="none",
        save_strategy="no",
        show_progress_bar=False,
    )
    rows = Dataset.from_dict({"text": texts, "label": [classes.index(each) for each in labels]})
    watch = Watch()
    Trainer(model=model, args=settings, train_dataset=rows).train()
    fit, watch = watch.spent(), Watch()
    predictions = model.predict(questions, show_progress_bar=False)
    write_answer(
        ask,
        predictions=list(predictions),
        fit=fit,
        predict=watch.spent(),
        packages=("setfit", "sentence-transformers", "transformers", "torch"),
        details={"iterations": rounds, "pairs": 2 * rounds * len(texts)},
    )


if __name__ == "__main__":
    main()
