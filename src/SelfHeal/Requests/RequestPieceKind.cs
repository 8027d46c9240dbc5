namespace SelfHeal.Requests;

internal enum RequestPieceKind
{
    Text,
    Run,
    Number,
}
