import django.db.models.deletion
from django.db import migrations, models

# Answers to one question are few different ones. Without being told, PostgreSQL takes question and value for
# independent, expects a hundred times the groups, and sorts half a million rows on disk.
MAKE = "CREATE STATISTICS courses_answer_given (ndistinct) ON number, question_id, value, points FROM courses_answer"
DROP = "DROP STATISTICS IF EXISTS courses_answer_given"


def on_postgres(statement):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return run


def note_what_was_asked(apps, schema_editor):
    """Attempts from before there were reports: which question each answer is to, and which were left out."""
    attempts = apps.get_model("courses", "QuizAttempt").objects.filter(answers__question=None).distinct()
    answers = apps.get_model("courses", "Answer").objects
    unanswered = apps.get_model("courses", "Unanswered")
    ids = dict(apps.get_model("courses", "FrozenQuestion").objects.values_list("digest", "pk"))
    for attempt in attempts:
        digests = dict(enumerate(attempt.frozen["digests"], 1))
        own = list(answers.filter(attempt=attempt))
        for answer in own:
            answer.question_id = ids[digests[answer.number]]
        answers.bulk_update(own, ["question"])
        left_out = set(digests) - {answer.number for answer in own}
        if attempt.state != "open" and attempt.purpose == "counts":
            unanswered.objects.bulk_create(
                [unanswered(attempt=attempt, number=n, question_id=ids[digests[n]]) for n in sorted(left_out)]
            )


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_quiz_engine")]

    operations = [
        migrations.AddIndex(
            model_name="quizattempt",
            index=models.Index(
                condition=models.Q(("purpose", "counts"), ("state", "submitted")),
                fields=["quiz", "id"],
                include=("person", "points", "passed"),
                name="attempt_reported",
            ),
        ),
        migrations.CreateModel(
            name="Unanswered",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(help_text="The question's place in the attempt, from 1.")),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unanswered",
                        to="courses.quizattempt",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.frozenquestion"
                    ),
                ),
            ],
            options={
                "verbose_name": "question left out",
                "verbose_name_plural": "questions left out",
                "constraints": [models.UniqueConstraint(fields=("attempt", "number"), name="left_out_once")],
            },
        ),
        migrations.RunPython(on_postgres(MAKE), on_postgres(DROP)),
        migrations.RunPython(note_what_was_asked, migrations.RunPython.noop),
    ]
