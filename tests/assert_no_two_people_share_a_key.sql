-- A key is one person's: the memory of keys must never give one to two.
select customer_key
from {{ ref('int_identity_people') }}
group by customer_key
having count(distinct component_id) > 1
