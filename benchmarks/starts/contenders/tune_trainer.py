"""Fine-tuning all layers by the Trainer of transformers, batches padded to their longest row."""

from pathlib import Path

from serving import read_ask, read_texts, serve


def main() -> None:
    import torch
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )

    ask = read_ask()
    torch.set_num_threads(ask.threads)
    texts, labels = read_texts(ask)
    classes = sorted(set(labels))
    sampling = "group_by_length" if ask.precision == "by_length" else "random"
    tokens = AutoTokenizer.from_pretrained(ask.checkpoint, local_files_only=True)

    def job() -> int:
        model = AutoModelForSequenceClassification.from_pretrained(
            ask.checkpoint, num_labels=len(classes), local_files_only=True
        )
        read = tokens(texts, truncation=True, max_length=ask.longest)["input_ids"]
        rows = [
            {"input_ids": each, "labels": classes.index(label)}
            for each, label in zip(read, labels, strict=True)
        ]
        settings = TrainingArguments(
            output_dir=str(Path(ask.folder) / "models"),
            num_train_epochs=ask.passes,
            per_device_train_batch_size=ask.batch,
            learning_rate=1e-4,
            train_sampling_strategy=sampling,
            bf16=ask.precision == "bfloat16",
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
            use_cpu=True,
        )
        collate = DataCollatorWithPadding(tokens)
        Trainer(model=model, args=settings, train_dataset=rows, data_collator=collate).train()
        return ask.passes * len(rows)

    serve(job, ("transformers", "accelerate", "torch"))


if __name__ == "__main__":
    main()
