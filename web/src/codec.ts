// Frames to bytes and back, and the protocol's types as the page sees them.
// Decoded messages have a value for every scalar and list; a message that
// was not sent is null.
import { appchat } from 'gen/answer.js';
import { appchat as out } from 'gen/request.js';

type Leaf = Uint8Array | string | number | boolean;
type Field<T> = T extends Leaf ? T : T extends (infer E)[] ? Full<E>[] : Full<T> | null;
type Full<T> = T extends Leaf ? T
	: { [K in keyof T as K extends `$${string}` ? never : K]-?: Field<NonNullable<T[K]>> };

export type Welcome = Full<appchat.Welcome.$Properties>;
export type Limits = Full<appchat.Limits.$Properties>;
export type SignedIn = Full<appchat.SignedIn.$Properties>;
export type User = Full<appchat.User.$Properties>;
export type SessionInfo = Full<appchat.SessionInfo.$Properties>;
export type RoomState = Full<appchat.RoomState.$Properties>;
export type RoomInfo = Full<appchat.RoomInfo.$Properties>;
export type RoomList = Full<appchat.RoomList.$Properties>;
export type WireEvent = Full<appchat.Event.$Properties>;
export type Events = Full<appchat.Events.$Properties>;
export type Gap = Full<appchat.Gap.$Properties>;
export type HistoryPage = Full<appchat.HistoryPage.$Properties>;
export type MemberPage = Full<appchat.MemberPage.$Properties>;
export type Head = Full<appchat.Head.$Properties>;
export type SendAck = Full<appchat.SendAck.$Properties>;
export type ServerStats = Full<appchat.ServerStats.$Properties>;
export type Bye = Full<appchat.Bye.$Properties>;
export type WireError = Full<appchat.Error.$Properties>;

type ServerProperties = appchat.ServerFrame.$Properties;
export type ServerBody = NonNullable<ServerProperties['body']>;
export type ServerFrame = Full<ServerProperties>;
export type Request = Omit<out.ClientFrame.$Properties, 'request' | '$unknowns'>;

export const ErrorCode = appchat.ErrorCode;
export type ErrorCode = appchat.ErrorCode;
export const CloseReason = appchat.CloseReason;
export type CloseReason = appchat.CloseReason;

// A client's frame as bytes.
export function encodeRequest(request: number, body: Request): Uint8Array {
	return out.ClientFrame.encode({ ...body, request }).finish();
}

// A server's frame; throws when the bytes are none.
export function decodeFrame(bytes: Uint8Array): ServerFrame {
	return appchat.ServerFrame.decode(bytes) as unknown as ServerFrame;
}
