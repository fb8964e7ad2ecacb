import type { Generated } from 'kysely'

/**
 * The tables as kysely sees them; the SQL of `migrations/` is the truth and says what each column means. Times are
 * epoch milliseconds; flags are 0 and 1; JSON is text. Both engines give the same JavaScript types.
 */
export interface Database {
  migration: { id: number; name: string; checksum: string; applied_at: number }
  feed: {
    id: string
    kind: string
    url: string | null
    etag: string | null
    fetched_at: number | null
    newest_record_at: number | null
    records: number
    state: string | null
  }
  advisory: {
    no: number
    id: string
    feed: string
    summary: string
    severity: string
    vector: string | null
    score: number | null
    published_at: number | null
    modified_at: number | null
    withdrawn_at: number | null
    provisional: number
    ecosystems: string
    links: string
    content_hash: string
    raw: Uint8Array
    raw_bytes: number
    imported_at: number
  }
  advisory_link: { vulnerability: string; advisory_no: number; relation: string }
  advisory_package: { ecosystem: string; name: string; entries: string }
  kev: {
    vulnerability: string
    added_at: number
    due_at: number | null
    ransomware: number
    name: string
    action: string
  }
  epss: { vulnerability: string; score: number; percentile: number; scored_at: number | null }
  ssvc: {
    vulnerability: string
    exploitation: string
    automatable: string
    technical_impact: string
    decided_at: number | null
  }
  vex_statement: {
    no: number
    document_id: string
    author: string
    format: string
    vulnerability: string
    aliases: string
    product: string
    subcomponent: string | null
    status: string
    justification: string | null
    statement: string | null
    at: number | null
  }
  package_version: {
    no: number
    ecosystem: string
    type: string
    name: string
    version: string
    source_name: string
    source_version: string
    module: string
    purl: string
  }
  finding: {
    package_version_no: number
    advisory_no: number
    state: string
    fix_state: string
    fixed_in: string
    matched_by: string
    decided_by: string
    first_found_at: number
  }
  image: { no: number; id: string; digest: string | null; name: string; first_seen_at: number }
  image_reference: {
    reference: string
    image_no: number
    source: string
    first_seen_at: number
    last_seen_at: number
  }
  sbom: {
    no: number
    image_no: number
    sha256: string
    source: string
    format: string
    spec_version: string
    tools: string
    subject: string | null
    distro: string | null
    document_created_at: number | null
    imported_at: number
    size_bytes: number
    package_count: number
    contents: Uint8Array
    locators: Uint8Array
    left_out: string
    current: number
  }
  layer: { no: number; diff_id: string; reader_version: number; read_at: number; reading: Uint8Array }
  layer_file: { key: number; layer_no: number }
  image_layer: {
    image_no: number
    position: number
    layer_no: number
    digest: string | null
    size_bytes: number | null
    created_by: string | null
    chain: string
  }
  image_catalogue: {
    image_no: number
    catalogued_at: number
    layers: number
    packages: number
    contents: Uint8Array
  }
  image_unread: {
    image_no: number
    reference: string
    code: string
    reason: string
    tried_at: number
    attempts: number
  }
  cluster: {
    no: number
    name: string
    source: string
    declared_only: number
    first_seen_at: number
    last_seen_at: number
  }
  node: {
    no: number
    cluster_no: number
    name: string
    labels: string
    os_image: string | null
    kubelet_version: string | null
    first_seen_at: number
    last_seen_at: number | null
  }
  namespace: { cluster_no: number; name: string; labels: string; annotations: string }
  workload: {
    no: number
    cluster_no: number
    namespace: string
    kind: string
    name: string
    owner: string | null
    service_account: string | null
    replicas: number | null
    labels: string
    annotations: string
    first_seen_at: number
    last_seen_at: number | null
    shape_no: number | null
  }
  run: {
    no: number
    workload_no: number
    container: string
    container_kind: string
    reference: string
    image_no: number | null
    resolved_by: string
    pods: number
    first_seen_at: number
    last_seen_at: number | null
  }
  pod: {
    no: number
    cluster_no: number
    uid: string
    namespace: string
    name: string
    workload_no: number
    node_no: number | null
    phase: string
    service_account: string | null
    digests: string
    first_seen_at: number
    last_seen_at: number | null
    shape_no: number | null
  }
  declared_software: {
    name: string
    supplier: string
    version: string | null
    hosts: number | null
    places: string
    access: string
    channel: string
    pushed_by: string | null
    note: string | null
    declared_at: number
    declared_by: string
  }
  pod_shape: { no: number; hash: string; body: string }
  change: { seq: Generated<number>; at: number; kind: string; subject: string; text: string }
  token: {
    id: string
    name: string
    hash: string
    scope: string
    account: string | null
    created_at: number
    expires_at: number
    last_used_at: number | null
    last_used_from: string | null
  }
  account: {
    name: string
    display: string
    role: string
    password: string | null
    issuer: string | null
    subject: string | null
    created_at: number
    created_by: string
    disabled_at: number | null
    reset_at: number | null
    last_sign_in_at: number | null
  }
  session: {
    id: string
    hash: string
    earlier_hash: string | null
    earlier_until: number | null
    csrf: string
    account: string | null
    token_id: string | null
    method: string
    created_at: number
    rotated_at: number
    last_seen_at: number
    ends_at: number
    address: string
    agent: string
  }
  code_word: { word: string; incident: string }
  incident_read: { incident: string; person: string; first_at: number; last_at: number; reads: number }
  envelope: { box: string; wrapped: string; wrapped_by: string; wrapped_at: number }
  audit_entry: {
    seq: number
    previous: string
    body: string
    hash: string
    at: number
    actor: string
    action: string
  }
  job: {
    id: string
    kind: string
    payload: string
    state: string
    attempts: number
    run_at: number
    lease_until: number | null
    lease_holder: string | null
    progress: string | null
    result: string | null
    error: string | null
    created_at: number
    finished_at: number | null
  }
  cluster_connection: {
    cluster_no: number
    kind: string
    file: string | null
    context: string | null
    kubeconfig: string | null
    server: string | null
    secret_metadata: number
    added_at: number
    added_by: string
    state: string
  }
  cluster_checkpoint: {
    cluster_no: number
    resource: string
    identity: string
    form: string
    resource_version: string
    synced_at: number
    objects: Uint8Array
  }
  watch_lease: { cluster_no: number; holder: string; until: number }
  cluster_object: {
    no: number
    cluster_no: number
    resource: string
    namespace: string
    name: string
    uid: string
    body: string
    first_seen_at: number
    last_seen_at: number | null
  }
  pod_address: {
    cluster_no: number
    address: string
    pod_no: number
    first_seen_at: number
    last_seen_at: number | null
  }
  pod_state: {
    pod_no: number
    first_seen_at: number
    last_seen_at: number | null
    labels: string
    owners: string
    containers: string
    host_network: number
  }
  agent: {
    id: string
    cluster_no: number
    public_key: string
    next_public_key: string | null
    version: string
    enrolled_at: number
    rotated_at: number
    last_seen_at: number | null
    revoked_at: number | null
  }
  agent_enrolment: {
    hash: string
    cluster: string
    created_at: number
    created_by: string
    expires_at: number
    used_at: number | null
  }
  declared_fact: {
    cluster: string
    namespace: string
    kind: string
    name: string
    fact: string
    value: string
    source: string
    declared_at: number
  }
  timeline_entry: {
    timeline: string
    seq: number
    at: number
    kind: string
    previous: string
    body: string
    hash: string
    signature: string
    command: string | null
  }
  incident: {
    id: string
    advisory: string
    title: string
    status: string
    stage: string
    opened_at: number
    changed_at: number
    head: number
    embargoed: number
  }
  probe_answer: {
    question: string
    first_at: number
    last_at: number
    fresh_until: number
    verdict: string
    result: string
  }
  checklist_version: {
    id: string
    version: string
    text: string
    source: string
    state: string
    author: string
    reason: string
    stored_at: number
    decided_by: string | null
    decision_reason: string | null
    decided_at: number | null
  }
  setting: { key: string; value: string }
  numbering: { table_name: string; next: number }
}

export type TableName = keyof Database
