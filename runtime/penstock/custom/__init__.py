"""Python of the connector's own: classes in a `components.py` beside the manifest, named there by `class_name`.

Write a class on one of these bases, and give it as `class_name: components.YourClass` in a component of the type
`Custom…`. The annotations of the class are its manifest fields: a text comes evaluated (or, where it reads more than
the config, as an Expression), a component comes built, and one without a default must be given.

    from penstock.custom import Transformation

    class Initials(Transformation):
        field: str
        to: str = "initials"

        def transform(self, record, scope):
            record[self.to] = "".join(word[:1] for word in record[self.field].split())

Custom code is off until whoever runs the manifest allows it. It is no sandbox: that code can do all that the user can,
reads the whole config and clear records, and could send them anywhere. What Penstock sees to is that it does no harm
by mistake: its records are masked like all others, what it prints or logs is dropped (but not from a thread that it
starts), and of its errors only the kind and the line are told. A token that it gets during a run is redacted only if it
says so: `self.context.secret(token)`.
"""

from penstock.custom.bases import (
    Authenticator,
    BackoffStrategy,
    ConfigTransformation,
    Context,
    Decoder,
    ErrorHandler,
    Expression,
    IncrementalSync,
    PaginationStrategy,
    PartitionRouter,
    RecordExtractor,
    RecordFilter,
    Requester,
    Retriever,
    SchemaLoader,
    SchemaNormalization,
    StateMigration,
    Transformation,
    ValidationStrategy,
)
from penstock.http.request import HttpRequest, HttpResponse, RequestOptions
from penstock.http.retry import Resolution
from penstock.records.pages import Page
from penstock.records.stream import Partition

__all__ = [
    "Authenticator",
    "BackoffStrategy",
    "ConfigTransformation",
    "Context",
    "Decoder",
    "ErrorHandler",
    "Expression",
    "HttpRequest",
    "HttpResponse",
    "IncrementalSync",
    "Page",
    "PaginationStrategy",
    "Partition",
    "PartitionRouter",
    "RecordExtractor",
    "RecordFilter",
    "RequestOptions",
    "Requester",
    "Resolution",
    "Retriever",
    "SchemaLoader",
    "SchemaNormalization",
    "StateMigration",
    "Transformation",
    "ValidationStrategy",
]
